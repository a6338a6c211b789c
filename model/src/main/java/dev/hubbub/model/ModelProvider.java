package dev.hubbub.model;

import dev.hubbub.conversation.ModelCatalog;

import java.util.Map;

/// The models of this module, for programs that know only the port. What answers unless told
/// otherwise is ELIZA, whatever the environment: never a service that costs money.
public final class ModelProvider implements ModelCatalog.Provider {

    /// For [java.util.ServiceLoader].
    public ModelProvider() {}

    @Override
    public ModelCatalog open(Map<String, String> environment) {
        return Models.fromEnvironment(environment);
    }
}
