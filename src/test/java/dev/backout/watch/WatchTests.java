package dev.backout.watch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;
import dev.backout.OwnTables;
import dev.backout.TestDatabase;
import dev.backout.catalog.Changelog;
import dev.backout.catalog.Component;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.catalog.Selection;
import dev.backout.catalog.Trigger;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.HttpAccess;
import dev.backout.kernel.HttpCalls;
import dev.backout.ledger.Deed;
import dev.backout.watch.ReleaseHealth.Status;
import dev.backout.watch.Sample.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Triggers over figures that each test writes. */
class WatchTests {

	static final String RELEASE = "shop-2";

	@TempDir
	Path directory;

	final TestDatabase own = TestDatabase.create();

	final TestDatabase database = TestDatabase.create();

	final List<Deed> deeds = new ArrayList<>();

	final List<Object> events = new ArrayList<>();

	final List<String> told = new ArrayList<>();

	final MovableClock clock = new MovableClock();

	String body = "";

	HttpServer server;

	Watch watch;

	@BeforeEach
	void watchTheShop() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			var bytes = this.body.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(this.body.startsWith("5") ? 500 : 200, bytes.length);
			exchange.getResponseBody().write(bytes);
			exchange.close();
		});
		this.server.start();
		this.database.jdbc().sql("""
				create table figure (taken_at timestamptz, requests int, failed int);
				create table databasechangelog (filename text, author text, id text, labels text, exectype text);
				insert into databasechangelog values ('x.sql', 'ann', 'split', '2', 'EXECUTED')""").update();
		this.watch = watch(
				"select taken_at as at, round(100.0 * failed / requests, 2) as value from figure order by 1 desc");
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
		this.own.drop();
		this.database.drop();
	}

	Watch watch(String sql) {
		var dataSource = this.watch == null ? OwnTables.in(this.own, "150-watch") : this.own.pool();
		var targets = Targets.of(new Target("shop", this.database.url(), "postgres", Secret.of("postgres")));
		var releases = releases(sql);
		var properties = new WatchProperties(this.directory.toString(), Duration.ofMinutes(15), Duration.ofSeconds(5),
				Duration.ofDays(90));
		var calls = new HttpCalls(new HttpAccess(List.of("127.0.0.1:" + this.server.getAddress().getPort())));
		return new Watch(new TriggerFiles(releases, properties), new Gauge(targets, calls, properties, this.clock),
				new WatchStore(JdbcClient.create(dataSource)), new Deployments(releases, targets),
				new Watch.Around(new TransactionTemplate(new JdbcTransactionManager(dataSource)), (deed) -> {
					this.deeds.add(deed);
					return 0;
				}, this.events::add, (topic, about) -> this.told.add(topic + " " + about), this.clock, properties));
	}

	static Releases releases(String sql) {
		var component = new Component("catalog", "Catalog", List.of(), new Changelog(Path.of("."), "x.sql"));
		var triggers = sql.isEmpty() ? List.<Trigger>of() : List
			.of(new Trigger("error-rate", "Failed requests", "shop", sql, "%", 1.0, 3, Duration.ofSeconds(30)));
		var release = new Release(RELEASE, new Product("shop", "Shop", "shop", List.of(component), List.of()), "2",
				"Two", null,
				List.of(new ReleaseComponent(component, new Selection(List.of("2"), List.of(), List.of()), List.of(),
						List.of(), Map.of())),
				new Owners("commander", "comms-lead", "commander"), "shop", triggers, List.of());
		return new Releases() {

			@Override
			public Release get(String id) {
				return release;
			}

			@Override
			public List<Release> all() {
				return List.of(release);
			}

			@Override
			public List<Product> products() {
				return List.of(release.product());
			}

		};
	}

	/** Failures per 1,000 requests, one figure a minute, the last one now. */
	void figures(int... failures) {
		for (int index = 0; index < failures.length; index++) {
			this.database.jdbc()
				.sql("insert into figure values (:at, 1000, :failed)")
				.param("at",
						this.clock.instant()
							.minus(Duration.ofMinutes(failures.length - 1 - index))
							.atOffset(ZoneOffset.UTC))
				.param("failed", failures[index])
				.update();
		}
	}

	void later(Duration time) {
		this.clock.now = this.clock.now.plus(time);
	}

	@Test
	void firesAfterEnoughFiguresInARowWithTheEvidence() {
		figures(2, 3, 40, 48, 49);

		var health = this.watch.measure(RELEASE);

		assertThat(health.status()).isEqualTo(Status.UNHEALTHY);
		assertThat(health.since()).isEqualTo(this.clock.now.minus(Duration.ofMinutes(2)));
		assertThat(health.summary()).isEqualTo("Failed requests: 4.9 %, at most 1 % is healthy, 3 times in a row since "
				+ Times.of(this.clock.now.minus(Duration.ofMinutes(2))));
		assertThat(health.summary()).matches(".* since \\d\\d:\\d\\d UTC on \\d+ [A-Z][a-z]+");
		assertThat(this.watch.unhealthy()).extracting(ReleaseHealth::release).containsExactly(RELEASE);
		assertThat(this.events).singleElement()
			.isInstanceOfSatisfying(HealthChanged.class,
					(event) -> assertThat(event.health().status()).isEqualTo(Status.UNHEALTHY));
		assertThat(this.told).as("on every node").containsExactly("health " + RELEASE);
		assertThat(this.deeds).extracting(Deed::kind).containsExactly("watch.health-changed");
	}

	@Test
	void oneOutlierDoesNotFire() {
		figures(2, 90, 2, 90, 90);

		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.HEALTHY);
		assertThat(this.watch.unhealthy()).isEmpty();
	}

	@Test
	void sameFiguresCountOnce() {
		figures(2, 90, 90);
		this.watch.measure(RELEASE);
		this.watch.measure(RELEASE);

		assertThat(this.watch.measure(RELEASE).triggers().get(0).failing()).isEqualTo(2);
	}

	@Test
	void noFiguresAreNotHealthy() {
		var health = this.watch.measure(RELEASE);

		assertThat(health.status()).isEqualTo(Status.UNKNOWN);
		assertThat(health.triggers().get(0).last())
			.satisfies((sample) -> assertThat(sample.result()).isEqualTo(Result.INCONCLUSIVE));
		assertThat(health.summary()).isEqualTo("Failed requests: there are no figures");
	}

	@Test
	void oldFiguresSayNothingButDoNotHealEither() {
		figures(2, 2, 2);
		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.HEALTHY);
		later(Duration.ofMinutes(20));
		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.UNKNOWN);

		figures(90, 90, 90);
		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.UNHEALTHY);
		later(Duration.ofHours(1));
		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.UNHEALTHY);
	}

	@Test
	void recoversAfterAsManyGoodOnes() {
		figures(90, 90, 90);
		this.watch.measure(RELEASE);
		later(Duration.ofMinutes(3));
		figures(1, 1);
		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.UNHEALTHY);
		later(Duration.ofMinutes(1));
		figures(1);

		assertThat(this.watch.measure(RELEASE).status()).isEqualTo(Status.HEALTHY);
		assertThat(this.events).hasSize(2);
	}

	@Test
	void rolledBackReleaseIsNotUnhealthyAnyMore() {
		figures(90, 90, 90);
		this.watch.measure(RELEASE);
		this.database.jdbc().sql("delete from databasechangelog").update();

		var health = this.watch.measure(RELEASE);

		assertThat(health.status()).isEqualTo(Status.UNKNOWN);
		assertThat(health.summary()).isEqualTo("Failed requests: not deployed");
		assertThat(this.watch.unhealthy()).isEmpty();
	}

	@Test
	void brokenOrHostileQuestionIsAnErrorAndNeverHealthy() {
		for (var sql : List.of("select nothing from nowhere", "delete from figure", "select pg_sleep(30)",
				"select now() as at, 'x' as value", "select 1 as one, 2 as two", "select 1; drop table figure")) {
			var samples = watch(sql).dryRun(RELEASE, "error-rate");

			assertThat(samples).as(sql)
				.last()
				.satisfies((sample) -> assertThat(sample.result()).isIn(Result.ERROR, Result.INCONCLUSIVE))
				.satisfies((sample) -> assertThat(sample.value()).isNull());
		}
		assertThat(this.watch.samples(RELEASE, "error-rate", Duration.ofDays(1))).isEmpty();
	}

	@Test
	void unreachableTargetIsAnError() {
		this.database.drop();

		var health = this.watch.measure(RELEASE);

		assertThat(health.status()).isEqualTo(Status.UNKNOWN);
		assertThat(health.summary()).contains("there is no database");
	}

	@Test
	void historyIsReplayedWithAnotherLimit() {
		figures(5, 30, 30, 30, 5, 5, 5, 60, 60, 60);
		this.watch.measure(RELEASE);

		assertThat(this.watch.replay(RELEASE, "error-rate", Duration.ofDays(1), 1.0, 3).fired()).isEqualTo(2);
		assertThat(this.watch.replay(RELEASE, "error-rate", Duration.ofDays(1), 5.0, 3).fired()).isEqualTo(1);
		assertThat(this.watch.replay(RELEASE, "error-rate", Duration.ofDays(1), 9.0, 3).fired()).isZero();
	}

	@Test
	void ofManyNodesOneMeasures() throws Exception {
		figures(90, 90, 90);
		var nodes = Executors.newFixedThreadPool(4);
		try {
			var tasks = new ArrayList<Callable<Void>>();
			for (int node = 0; node < 4; node++) {
				tasks.add(() -> {
					this.watch.measureDue();
					return null;
				});
			}
			for (var result : nodes.invokeAll(tasks)) {
				result.get();
			}
		}
		finally {
			nodes.shutdown();
		}

		assertThat(this.watch.of(RELEASE).triggers().get(0).failing()).isEqualTo(3);
		assertThat(this.events).hasSize(1);
		figures(90);
		this.watch.measureDue();
		assertThat(this.watch.of(RELEASE).triggers().get(0).failing()).as("not due yet").isEqualTo(3);
		later(Duration.ofSeconds(31));
		figures(90);
		this.watch.measureDue();
		assertThat(this.watch.of(RELEASE).triggers().get(0).failing()).isGreaterThan(3);
	}

	@Test
	void nothingToWatchIsUnknown() {
		assertThat(watch("").of(RELEASE).summary()).isEqualTo("Nothing watches this release");
	}

	@Test
	void prometheusGivesItsWorstSeries() throws IOException {
		trigger("prometheus: {url: '%s', query: 'rate(errors[5m])'}");
		this.body = """
				{"status": "success", "data": {"resultType": "vector", "result": [
				{"metric": {}, "value": [1, "0.5"]}, {"metric": {}, "value": [1, "7.25"]}, {"metric": {}, "value": [1, "NaN"]}]}}""";
		assertThat(sample()).satisfies((sample) -> assertThat(sample.value()).isEqualTo(7.25))
			.satisfies((sample) -> assertThat(sample.result()).isEqualTo(Result.FAIL));

		this.body = "{\"status\": \"success\", \"data\": {\"resultType\": \"vector\", \"result\": []}}";
		assertThat(sample().result()).isEqualTo(Result.INCONCLUSIVE);
		this.body = "{\"status\": \"error\", \"error\": \"bad query\"}";
		assertThat(sample().result()).isEqualTo(Result.ERROR);
		assertThat(sample().evidence()).contains("bad query");
		this.body = "<html>";
		assertThat(sample().result()).isEqualTo(Result.ERROR);
	}

	@Test
	void httpGivesAFigureInItsJson() throws IOException {
		trigger("http: {url: '%s', pointer: /errors/rate}");
		this.body = "{\"errors\": {\"rate\": 0.5}}";
		assertThat(sample().result()).isEqualTo(Result.PASS);
		this.body = "{\"errors\": {}}";
		assertThat(sample().result()).isEqualTo(Result.INCONCLUSIVE);
		this.body = "500";
		assertThat(sample().result()).isEqualTo(Result.ERROR);
	}

	@Test
	void badTriggerFileIsRefused() throws IOException {
		Files.writeString(this.directory.resolve("bad.yaml"),
				"triggers: [{id: a, release: shop-2, title: A, unit: '%'}]");

		assertThatThrownBy(() -> this.watch.of(RELEASE)).hasMessageStartingWith("bad.yaml:1")
			.hasMessageContaining("'limit' is missing");
	}

	private void trigger(String source) throws IOException {
		Files.writeString(this.directory.resolve("more.yaml"), """
				triggers:
				  - id: more
				    release: shop-2
				    title: Errors
				    unit: per second
				    limit: 1
				    %s
				""".formatted(source.formatted("http://127.0.0.1:" + this.server.getAddress().getPort())));
	}

	private Sample sample() {
		var samples = this.watch.dryRun(RELEASE, "more");
		return samples.get(samples.size() - 1);
	}

	/** A clock that tests move. */
	static final class MovableClock extends Clock {

		Instant now = Instant.parse("2026-11-22T03:00:00Z");

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
