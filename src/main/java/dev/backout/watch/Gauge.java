package dev.backout.watch;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.database.ReadOnlyQuery;
import dev.backout.database.Targets;
import dev.backout.kernel.HttpCalls;
import dev.backout.kernel.Rejected;
import dev.backout.watch.Sample.Result;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Measures triggers. What goes wrong is a sample as well, and never a healthy one. */
@Component
class Gauge {

	private static final int MOST_FIGURES = 500;

	private static final JsonMapper JSON = new JsonMapper();

	private final Targets targets;

	private final HttpCalls calls;

	private final WatchProperties properties;

	private final Clock clock;

	Gauge(Targets targets, HttpCalls calls, WatchProperties properties, Clock clock) {
		this.targets = targets;
		this.calls = calls;
		this.properties = properties;
		this.clock = clock;
	}

	/** Samples from oldest to newest; never none. */
	List<Sample> measure(Watched trigger) {
		var now = this.clock.instant();
		try {
			var samples = samples(trigger, now);
			return fresh(trigger, samples, now);
		}
		catch (NothingThere ex) {
			return List.of(new Sample(trigger.id(), now, Result.INCONCLUSIVE, null, String.valueOf(ex.getMessage())));
		}
		catch (SQLException ex) {
			return List.of(failed(trigger, now, ReadOnlyQuery.reason(ex)));
		}
		catch (Rejected ex) {
			return List.of(failed(trigger, now, ex.reason()));
		}
		catch (IOException ex) {
			return List.of(failed(trigger, now, String.valueOf(ex.getMessage())));
		}
	}

	private List<Sample> samples(Watched trigger, Instant now) throws SQLException, IOException {
		if (trigger.source() instanceof Watched.Sql sql) {
			return sql(trigger, sql, now);
		}
		if (trigger.source() instanceof Watched.Http http) {
			return List.of(sample(trigger, now, http(http)));
		}
		return List.of(sample(trigger, now, prometheus((Watched.Prometheus) trigger.source())));
	}

	/** Figures of long ago say nothing about now: a sample of now says so. */
	private List<Sample> fresh(Watched trigger, List<Sample> samples, Instant now) {
		var newest = samples.get(samples.size() - 1);
		if (!newest.at().isBefore(now.minus(this.properties.staleAfter()))) {
			return samples;
		}
		var all = new ArrayList<>(samples);
		all.add(new Sample(trigger.id(), now, Result.INCONCLUSIVE, null,
				"%s: the newest figure is of %s".formatted(trigger.title(), Times.of(newest.at()))));
		return all;
	}

	private List<Sample> sql(Watched trigger, Watched.Sql sql, Instant now) throws SQLException {
		var answer = ReadOnlyQuery.ask(this.targets.named(sql.target()), sql.query(), this.properties.timeout(),
				MOST_FIGURES);
		if (answer.rows().isEmpty()) {
			throw new NothingThere("%s: there are no figures".formatted(trigger.title()));
		}
		var at = answer.columns().indexOf("at");
		var value = answer.columns().indexOf("value");
		if (answer.columns().size() == 1) {
			return List.of(sample(trigger, now, figure(answer.rows().get(0).get(0))));
		}
		if (at < 0 || value < 0) {
			throw new Rejected("watch.columns", "%s: the query must give columns 'at' and 'value', gave %s"
				.formatted(trigger.title(), answer.columns()));
		}
		var samples = new ArrayList<Sample>();
		for (var row : answer.rows()) {
			samples.add(sample(trigger, time(row.get(at)), figure(row.get(value))));
		}
		samples.sort(Comparator.comparing(Sample::at));
		return samples;
	}

	private @Nullable Double http(Watched.Http http) throws IOException {
		var answer = this.calls.get(http.url(), this.properties.timeout());
		if (http.pointer() == null) {
			return (answer.status() == 200) ? 0.0 : 1.0;
		}
		if (answer.status() != 200) {
			throw new IOException("%s answered %d".formatted(http.url(), answer.status()));
		}
		var found = json(http.url(), answer.body()).at(http.pointer());
		return found.isValueNode() ? figure(found.asText()) : null;
	}

	private @Nullable Double prometheus(Watched.Prometheus prometheus) throws IOException {
		var url = prometheus.url().replaceFirst("/+$", "") + "/api/v1/query?query="
				+ URLEncoder.encode(prometheus.query(), StandardCharsets.UTF_8);
		var answer = this.calls.get(url, this.properties.timeout());
		var body = json(prometheus.url(), answer.body());
		if (!body.path("status").asText().equals("success")) {
			throw new IOException("Prometheus at %s answered %d: %s".formatted(prometheus.url(), answer.status(),
					body.path("error").asText("no reason given")));
		}
		var result = body.path("data").path("result");
		if (body.path("data").path("resultType").asText().equals("scalar")) {
			return figure(result.path(1).asText());
		}
		Double worst = null;
		for (var series : result) {
			var value = figure(series.path("value").path(1).asText());
			if (value != null && (worst == null || value > worst)) {
				worst = value;
			}
		}
		return worst;
	}

	private static JsonNode json(String url, String body) throws IOException {
		try {
			return JSON.readTree(body);
		}
		catch (JsonProcessingException ex) {
			throw new IOException("%s answered something that is no JSON".formatted(url), ex);
		}
	}

	private static Sample sample(Watched trigger, Instant at, @Nullable Double value) {
		if (value == null) {
			return new Sample(trigger.id(), at, Result.INCONCLUSIVE, null,
					"%s: there is no figure".formatted(trigger.title()));
		}
		var over = value > trigger.limit();
		return new Sample(trigger.id(), at, over ? Result.FAIL : Result.PASS, value, "%s: %s, at most %s is healthy"
			.formatted(trigger.title(), shown(value, trigger.unit()), shown(trigger.limit(), trigger.unit())));
	}

	private static Sample failed(Watched trigger, Instant at, String reason) {
		return new Sample(trigger.id(), at, Result.ERROR, null, "%s: %s".formatted(trigger.title(), reason));
	}

	/** As people read it: {@code 4.9 %}. */
	static String shown(double value, String unit) {
		var text = String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
		return text + " " + unit;
	}

	private static @Nullable Double figure(@Nullable String text) {
		try {
			var value = (text != null) ? Double.valueOf(text) : null;
			return (value == null || value.isNaN()) ? null : value;
		}
		catch (NumberFormatException ex) {
			throw new NothingThere("'%s' is no figure".formatted(text));
		}
	}

	/** As the server writes it with ISO dates in UTC. */
	private static Instant time(@Nullable String text) {
		try {
			return parsed(String.valueOf(text));
		}
		catch (DateTimeParseException ex) {
			throw new Rejected("watch.columns", "'%s' is no time: 'at' must be a timestamptz".formatted(text));
		}
	}

	private static Instant parsed(String text) {
		var zone = Math.max(text.lastIndexOf('+'), text.indexOf('-', 11));
		return OffsetDateTime.parse(text.substring(0, zone).replace(' ', 'T') + offset(text.substring(zone)))
			.toInstant();
	}

	private static String offset(String text) {
		return (text.length() == 3) ? text + ":00" : text;
	}

	/** There was an answer, without anything in it. */
	private static final class NothingThere extends RuntimeException {

		NothingThere(String message) {
			super(message);
		}

	}

}
