import type { FieldError } from '../errors.ts';
import { isJsonObject } from './json.ts';
import { isHeaderValue } from './provider-settings.ts';
import {
  type ReadSetting,
  type Variables,
  readNamedVariable,
  readSettingList,
  variableNotSet,
} from './setting-list.ts';
import { HttpServerSetting, StdioServerSetting, type ToolServer } from './tool-server.ts';

/** The tool servers that the setting `TOOL_SERVERS` allows: one with a `url` is reached over HTTP, any other is started. */
export function readToolServers(text: string | undefined, variables: Variables): ReadSetting<ToolServer> {
  const { items, problems } = readSettingList<StdioServerSetting | HttpServerSetting>(
    'TOOL_SERVERS',
    text,
    (item) => (isJsonObject(item) && 'url' in item ? HttpServerSetting : StdioServerSetting),
  );
  const servers = items.map(({ item, path }) => readSecrets(item, path, variables, problems));
  return { items: servers, problems };
}

function readSecrets(
  item: StdioServerSetting | HttpServerSetting,
  path: string,
  variables: Variables,
  problems: FieldError[],
): ToolServer {
  if ('url' in item) {
    const headers: Record<string, string> = {};
    for (const [header, variable] of Object.entries(item.headers)) {
      const value = readNamedVariable(variables, variable);
      if (value === null) problems.push({ path: `${path}/headers/${header}`, message: variableNotSet });
      else if (isHeaderValue(value)) headers[header] = value;
      else
        problems.push({
          path: `${path}/headers/${header}`,
          message: 'names a variable that holds no printable ASCII',
        });
    }
    return { name: item.name, transport: 'http', url: item.url, headers };
  }
  const env: Record<string, string> = {};
  for (const [index, variable] of item.envNames.entries()) {
    const value = readNamedVariable(variables, variable);
    if (value === null) problems.push({ path: `${path}/envNames/${index}`, message: variableNotSet });
    else env[variable] = value;
  }
  return { name: item.name, transport: 'stdio', command: item.command, args: item.args, env };
}
