/// Answers: the adapters of the model port, their pools and their prices.
@NullMarked
package dev.hubbub.model;

import org.jspecify.annotations.NullMarked;
