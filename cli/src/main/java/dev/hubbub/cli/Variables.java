package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.Map;

/// Takes the values of options that were not given from the variables that stand for them.
record Variables(Surroundings surroundings) implements IDefaultValueProvider {

    private static final Map<String, String> OF_OPTION =
            Map.of(
                    "--host", "HUBBUB_HOST",
                    "--port", "HUBBUB_PORT",
                    "--data", "HUBBUB_DATA",
                    "--store", "HUBBUB_STORE",
                    "--model", "HUBBUB_MODEL",
                    "--config", "HUBBUB_CONFIG",
                    "--auth", "HUBBUB_AUTH",
                    "--token", "HUBBUB_TOKEN",
                    "--debug", "HUBBUB_DEBUG");

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option)) {
            return null;
        }
        String variable = OF_OPTION.get(option.longestName());
        if (variable == null) {
            return null;
        }
        String value = surroundings.variable(variable);
        if (value.isEmpty()) {
            return null;
        }
        return variable.equals("HUBBUB_DEBUG") ? Boolean.toString(isYes(value)) : value;
    }

    private static boolean isYes(String value) {
        return !value.equals("0") && !value.equalsIgnoreCase("false");
    }
}
