package dev.hubbub.engine;

/// Where an answer goes: a node and the number that it gave the question.
record Caller(String node, long question) implements Addressee {}
