package dev.hubbub.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A TCP port to listen on; 0 lets the system choose a free one.
record Port(int number) {

    static final int NUMBER_MAX = 65_535;

    /// Reads `--port`.
    static final class Converter implements ITypeConverter<Port> {

        @Override
        public Port convert(String text) {
            try {
                int number = Integer.parseUnsignedInt(text);
                if (number <= NUMBER_MAX) {
                    return new Port(number);
                }
            } catch (NumberFormatException notANumber) {
                // Told below, as one too large is.
            }
            throw new TypeConversionException(
                    "'%s' is not a port; give a number from 1 to %d, or 0 for a free one"
                            .formatted(text, NUMBER_MAX));
        }
    }
}
