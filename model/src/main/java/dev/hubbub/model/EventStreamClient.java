package dev.hubbub.model;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;

import java.time.Duration;

/// What LangChain4j sends its requests through: hands each to the [Exchange] of the reply in hand.
///
/// LangChain4j lets a reply be cancelled only once its first piece is there, and does not say which
/// of its requests is whose; so the reply brings its exchange along, bound to [#EXCHANGE] while
/// LangChain4j makes the request.
final class EventStreamClient implements HttpClient {

    static final ScopedValue<Exchange> EXCHANGE = ScopedValue.newInstance();

    @Override
    public void execute(
            HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        EXCHANGE.get().open(request, listener);
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        throw new UnsupportedOperationException("replies are streamed");
    }

    /// Builds the client; the times are kept by the [Exchange].
    static final class Builder implements HttpClientBuilder {

        private Duration connectTimeout = Duration.ZERO;
        private Duration readTimeout = Duration.ZERO;

        @Override
        public Duration connectTimeout() {
            return connectTimeout;
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        @Override
        public Duration readTimeout() {
            return readTimeout;
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            readTimeout = timeout;
            return this;
        }

        @Override
        public HttpClient build() {
            return new EventStreamClient();
        }
    }
}
