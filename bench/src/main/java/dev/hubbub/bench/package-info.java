/// Measures: the load generator and the benchmarks.
@NullMarked
package dev.hubbub.bench;

import org.jspecify.annotations.NullMarked;
