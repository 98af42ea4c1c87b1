static i32 root_of(i32 *restrict parents, i32 label) {
  i32 root = label;
  while (parents[root] != root) {
    parents[root] = parents[parents[root]];
    root = parents[root];
  }
  return root;
}

EXPORT i32 connected_components(const u8 *restrict mask, i64 mask_length, i32 width, i32 height,
                                i32 *restrict labels, i64 labels_length) {
  i32 *restrict parents = calloc(width * height + 1, sizeof(i32));
  i32 next = 1;
  for (i32 y = 0; y < height; y++) {
    for (i32 x = 0; x < width; x++) {
      i32 p = y * width + x;
      if (mask[p] == 0) {
        labels[p] = 0;
        continue;
      }
      i32 left = x > 0 ? labels[p - 1] : 0;
      i32 above = y > 0 ? labels[p - width] : 0;
      if (left == 0 && above == 0) {
        parents[next] = next;
        labels[p] = next++;
      } else if (left == 0 || above == 0) {
        labels[p] = left + above;
      } else {
        i32 a = root_of(parents, left);
        i32 b = root_of(parents, above);
        i32 root = min_i32(a, b);
        parents[max_i32(a, b)] = root;
        labels[p] = root;
      }
    }
  }
  i32 *restrict final = calloc(next, sizeof(i32));
  i32 count = 0;
  for (i64 p = 0; p < labels_length; p++) {
    if (labels[p] == 0) continue;
    i32 root = root_of(parents, labels[p]);
    if (final[root] == 0) final[root] = ++count;
    labels[p] = final[root];
  }
  free(parents);
  free(final);
  return count;
}
