/// Keeps conversations: the adapters of the store port.
@NullMarked
package dev.hubbub.store;

import org.jspecify.annotations.NullMarked;
