/// The rules of a conversation: pure, with no I/O, no threads and no clock.
@NullMarked
package dev.hubbub.conversation;

import org.jspecify.annotations.NullMarked;
