import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;

/// Formats every Java file below a directory, or with `--check` names those that need it.
///
/// Runs on the toolchain's JDK rather than inside Maven, because the formatter parses with the
/// compiler of the JDK it runs on, and Maven may run on one that is older than our sources.
void main(String[] arguments) throws Exception {
    var check = arguments[0].equals("--check");
    var formatter = new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());
    var untidy = new ArrayList<Path>();
    for (var file : javaFilesBelow(Path.of(arguments[1]).toRealPath())) {
        var source = Files.readString(file);
        var formatted = formatter.formatSourceAndFixImports(source);
        if (!formatted.equals(source)) {
            untidy.add(file);
            if (!check) {
                Files.writeString(file, formatted);
            }
        }
    }
    untidy.forEach(file -> IO.println((check ? "needs formatting: " : "formatted: ") + file));
    if (check && !untidy.isEmpty()) {
        IO.println("run: ./mvnw -q validate -pl formatter -Dformat=--apply");
        System.exit(1);
    }
}

List<Path> javaFilesBelow(Path root) throws IOException {
    try (var files = Files.walk(root)) {
        return files.filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.toString().contains("/target/"))
                .sorted()
                .toList();
    }
}
