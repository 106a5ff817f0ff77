// Steps are dragged into another order. Without this script the buttons beside them do the same.
for (const list of document.querySelectorAll('[data-sortable]')) {
  const form = document.getElementById(list.dataset.sortable);
  globalThis.Sortable.create(list, {
    handle: '.step-handle',
    animation: 120,
    onEnd({ oldIndex, newIndex }) {
      if (oldIndex === newIndex) return;
      const ids = [...list.children].map((row) => row.dataset.step);
      form.elements.namedItem('dropped').value = ids.join(',');
      form.requestSubmit();
    },
  });
}
