package dev.hubbub.cli;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The browser of this machine. `HUBBUB_CHROMIUM` names one; otherwise it is looked for on `PATH`
/// and in `/usr/bin`, and where there is none it is installed: with apt by root on Debian and
/// Ubuntu, elsewhere by Playwright into its own cache.
final class Chromium {

    static final String VARIABLE = "HUBBUB_CHROMIUM";

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final Map<String, String> NO_DOWNLOAD =
            Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    private static final Path APT = Path.of("/usr/bin/apt-get");
    private static final boolean ROOT = System.getProperty("user.name").equals("root");
    private static final boolean APT_WORKS = ROOT && Files.isExecutable(APT);
    private static final Duration TRIAL_MAX = Duration.ofSeconds(30);
    private static final Duration INSTALL_MAX = Duration.ofMinutes(10);

    private Chromium() {}

    static Playwright playwright() {
        return Playwright.create(new Playwright.CreateOptions().setEnv(NO_DOWNLOAD));
    }

    /// A browser that runs, with a profile of its own that goes when it is closed.
    static Browser launch(Playwright playwright) {
        LaunchOptions options =
                new LaunchOptions()
                        .setHeadless(true)
                        // Chromium's sandbox refuses root.
                        .setChromiumSandbox(!ROOT)
                        .setArgs(
                                List.of(
                                        "--disable-gpu",
                                        "--disable-quic",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync"));
        Path executable = executable(playwright);
        return playwright.chromium().launch(options.setExecutablePath(executable));
    }

    private static Path executable(Playwright playwright) {
        String chosen = System.getenv(VARIABLE);
        if (chosen != null && !chosen.isBlank()) {
            Path executable = Path.of(chosen);
            if (!runs(executable)) {
                throw new AssertionError(
                        "%s names %s, which does not run".formatted(VARIABLE, executable));
            }
            return executable;
        }
        Path known = find(playwright);
        return known == null ? install(playwright) : known;
    }

    private static @Nullable Path find(Playwright playwright) {
        String path = System.getenv().getOrDefault("PATH", "");
        List<String> directories = List.of((path + File.pathSeparator + "/usr/bin").split(":", -1));
        return Stream.concat(
                        NAMES.stream()
                                .flatMap(name ->
                                        directories.stream()
                                                .filter(directory -> !directory.isEmpty())
                                                .map(directory -> Path.of(directory, name))),
                        Stream.of(Path.of(playwright.chromium().executablePath())))
                .filter(Chromium::runs)
                .findFirst()
                .orElse(null);
    }

    private static Path install(Playwright playwright) {
        var tried = new ArrayList<String>();
        if (APT_WORKS) {
            String apt = APT.toString();
            tried.add(run(INSTALL_MAX, Map.of(), List.of(apt, "update", "-q")).toString());
            tried.add(
                    run(
                                    INSTALL_MAX,
                                    Map.of("DEBIAN_FRONTEND", "noninteractive"),
                                    List.of(
                                            apt,
                                            "install",
                                            "-y",
                                            "-q",
                                            "--no-install-recommends",
                                            "chromium"))
                            .toString());
        }
        Path installed = find(playwright);
        if (installed == null) {
            tried.add(download().toString());
            installed = find(playwright);
        }
        if (installed == null) {
            throw new AssertionError(
                    "There is no Chromium here and none could be installed; install one, or name"
                            + " it in %s. Tried:\n%s"
                                    .formatted(VARIABLE, String.join("\n", tried)));
        }
        return installed;
    }

    private static Outcome download() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("com.microsoft.playwright.CLI", "install", "chromium"));
        if (APT_WORKS) {
            command.add("--with-deps");
        }
        return run(INSTALL_MAX, Map.of(), command);
    }

    /// Ubuntu's `chromium-browser` is there and yet none, where there are no snaps.
    private static boolean runs(Path executable) {
        return Files.isExecutable(executable)
                && run(TRIAL_MAX, Map.of(), List.of(executable.toString(), "--version")).exitCode()
                        == 0;
    }

    private record Outcome(List<String> command, int exitCode, String output) {

        @Override
        public String toString() {
            return "%s ended with %d: %s".formatted(String.join(" ", command), exitCode, output);
        }
    }

    private static Outcome run(Duration max, Map<String, String> variables, List<String> command) {
        try {
            Path output = Files.createTempFile("hubbub-browser", ".log");
            try {
                var builder = new ProcessBuilder(command).redirectErrorStream(true);
                builder.environment().putAll(variables);
                Process process = builder.redirectOutput(output.toFile()).start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(max.toSeconds(), TimeUnit.SECONDS);
                if (!ended) {
                    process.destroyForcibly();
                }
                return new Outcome(
                        command, ended ? process.exitValue() : -1, Files.readString(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException broken) {
            return new Outcome(command, -1, broken.toString());
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
