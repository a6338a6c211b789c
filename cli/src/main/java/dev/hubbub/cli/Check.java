package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

/// What `hubbub doctor` found about one thing.
///
/// @param finding what is so
/// @param advice what to do about it, null when nothing need be done
record Check(String subject, Verdict verdict, String finding, @Nullable String advice) {

    enum Verdict {
        OK,
        WARN,
        FAIL
    }

    static Check ok(String subject, String finding) {
        return new Check(subject, Verdict.OK, finding, null);
    }

    static Check warn(String subject, String finding, String advice) {
        return new Check(subject, Verdict.WARN, finding, advice);
    }

    static Check fail(String subject, String finding, @Nullable String advice) {
        return new Check(subject, Verdict.FAIL, finding, advice);
    }
}
