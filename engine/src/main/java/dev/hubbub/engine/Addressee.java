package dev.hubbub.engine;

/// Where a conversation's answer goes: straight to a caller, or to the answers that one caller gets
/// of many conversations together.
sealed interface Addressee permits Caller, Many.Member {}
