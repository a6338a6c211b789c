/// Writes conversations out in forms that others can read, and takes in what others wrote.
@NullMarked
package dev.hubbub.transfer;

import org.jspecify.annotations.NullMarked;
