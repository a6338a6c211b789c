/// Translates HTTP and sockets to the engine and back.
@NullMarked
package dev.hubbub.server;

import org.jspecify.annotations.NullMarked;
