package dev.hubbub.engine;

/// How many conversations there are.
///
/// @param live in memory now, of all users
/// @param stored kept in the store, of all users, deleted ones not counted
public record ConversationCount(long live, long stored) {}
