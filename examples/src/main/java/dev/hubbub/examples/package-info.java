/// Programs to read and run, each about one thing that Hubbub does.
@NullMarked
package dev.hubbub.examples;

import org.jspecify.annotations.NullMarked;
