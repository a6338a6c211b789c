package dev.hubbub.server;

import java.io.Serial;

/// Carries a [Fault] to where it is told. Has no stack trace: it is an answer, not a defect.
final class FaultException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    private final transient Fault fault;

    FaultException(Fault fault) {
        super(fault.detail(), null, false, false);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
