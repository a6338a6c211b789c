/// Runs conversations: partitions, the commit loop and the viewers.
@NullMarked
package dev.hubbub.engine;

import org.jspecify.annotations.NullMarked;
