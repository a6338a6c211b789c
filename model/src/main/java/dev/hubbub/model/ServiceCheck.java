package dev.hubbub.model;

/// What came of asking a service something that costs nothing.
///
/// @param name of the service, such as `anthropic`
/// @param keyed whether a key is set
/// @param keyVariable that holds it
/// @param urlVariable that holds the address
/// @param status of its answer; 0 where it did not answer
public record ServiceCheck(
        String name,
        String address,
        boolean keyed,
        String keyVariable,
        String urlVariable,
        int status) {}
