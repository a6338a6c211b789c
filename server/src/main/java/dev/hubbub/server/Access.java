package dev.hubbub.server;

/// Who may use a server.
public sealed interface Access {

    /// Whoever can reach it is its one user, so it must listen to its own machine alone.
    Access ANYONE = new Anyone();

    /// See [#ANYONE].
    record Anyone() implements Access {}

    /// Whoever has a token is the user that it names.
    ///
    /// @param issuerKey who sends it may have tokens made for anybody
    /// @param openOnLoopback whether programs on the server's own machine may have them made
    ///   without it, while the server listens to that machine alone
    record ByToken(Tokens tokens, Secret issuerKey, boolean openOnLoopback) implements Access {}
}
