/// The `hubbub` command, which puts the parts together.
@NullMarked
package dev.hubbub.cli;

import org.jspecify.annotations.NullMarked;
