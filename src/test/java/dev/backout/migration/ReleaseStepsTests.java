package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.backout.catalog.Changelog;
import dev.backout.catalog.Component;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.catalog.Selection;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A release over two components, applied and reverted by steps. */
class ReleaseStepsTests {

	@TempDir
	Path directory;

	@Test
	void undoesComponentsInMirrorOrderAndOnlyTheRelease() {
		try (var shop = shop()) {
			var migrations = migrations(shop);
			apply(migrations, "1");
			var before = shop.fingerprint();
			assertThat(apply(migrations, "2"))
				.isEqualTo(new StepOutcome.Done("2 changesets applied", Map.of("changesets", "2")));
			shop.sql("insert into customer (id, given) values (7, 'new')");

			var outcome = revert(migrations, Map.of());

			assertThat(outcome)
				.isEqualTo(new StepOutcome.Done("2 changesets undone", Map.of("changesets", "2", "conflicts", "0")));
			assertThat(shop.deployed()).containsExactly("c1", "o1");
			assertThat(shop.rows("select id from backout.change_run where direction = 'REVERT' order by run"))
				.containsExactly("o2", "c2");
			assertThat(shop.one("select name from customer where id = 7")).isEqualTo("new!");
			shop.sql("delete from customer where id = 7");
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(revert(migrations, Map.of())).extracting((done) -> ((StepOutcome.Done) done).summary())
				.isEqualTo("Nothing of the release is deployed any more");
		}
	}

	@Test
	void refusesAPlanThatIsNotTheOneThatWasApproved() {
		try (var shop = shop()) {
			var migrations = migrations(shop);
			apply(migrations, "1");
			apply(migrations, "2");

			assertThat(revert(migrations, Map.of("planDigest", "approved-one"))).isInstanceOfSatisfying(
					StepOutcome.Refused.class, (refused) -> assertThat(refused.code()).isEqualTo("stale"));
			assertThat(shop.deployed()).containsExactly("c1", "o1", "c2", "o2");
		}
	}

	@Test
	void refusesBeforeTouchingAnythingWhenOneChangesetHasNoWayBack() {
		try (var shop = shop()) {
			shop.file("orders.sql", ORDERS + """
					--changeset o:o3 labels:2
					create type pair as (a int, b int);
					alter type pair drop attribute b;
					""");
			var migrations = migrations(shop);
			apply(migrations, "1");
			apply(migrations, "2");

			assertThat(revert(migrations, Map.of())).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
				assertThat(refused.code()).isEqualTo("irreversible");
				assertThat(refused.reason()).contains("orders.sql::o3::o", "alter type pair drop attribute b");
			});
			assertThat(shop.deployed()).contains("c2", "o2", "o3");
		}
	}

	@Test
	void neverForcesSomebodyElsesLock() {
		try (var shop = shop()) {
			var migrations = migrations(shop);
			apply(migrations, "1");
			apply(migrations, "2");
			shop.sql(
					"update databasechangeloglock set locked = true, lockedby = 'jenkins (10.0.0.7)', lockgranted = now()");

			assertThat(revert(migrations, Map.of())).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
				assertThat(refused.code()).isEqualTo("locked");
				assertThat(refused.reason()).contains("jenkins (10.0.0.7)");
			});
			assertThat(shop.one("select locked, lockedby from databasechangeloglock"))
				.isEqualTo("t|jenkins (10.0.0.7)");
			shop.sql("update databasechangeloglock set lockedby = 'backout:a run that was killed'");

			assertThat(revert(migrations, Map.of())).isInstanceOf(StepOutcome.Done.class);
			assertThat(shop.one("select locked, lockedby from databasechangeloglock")).isEqualTo("f|null");
		}
	}

	private static List<KeptThing> kept(Shop shop) {
		try (var connection = shop.connection()) {
			return new KeptThings(java.time.Duration.ofDays(30), (release) -> "commander").in(connection);
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void whatWasLetGoIsRefusedBeforeAnythingIsTouched() {
		try (var shop = shop()) {
			var migrations = migrations(shop);
			apply(migrations, "1");
			apply(migrations, "2");

			assertThat(kept(shop)).extracting((kept) -> kept.kind() + " " + kept.about() + " of " + kept.release())
				.containsExactlyInAnyOrder("rows public.customer of 2", "hidden public.customer of 2",
						"rows public.orders of 2");
			assertThat(kept(shop)).filteredOn((kept) -> kept.about().equals("public.orders"))
				.singleElement()
				.satisfies((kept) -> assertThat(kept.rows()).isEqualTo(10))
				.satisfies((kept) -> assertThat(kept.bytes()).isPositive());

			var retire = new RetireStep(migrations);
			var step = new AStep("run-9", Map.of("target", "shop", "release", "2"));
			assertThat(retire.execute(step)).extracting((done) -> ((StepOutcome.Done) done).outputs().get("retired"))
				.isEqualTo("3");
			assertThat(retire.execute(step)).extracting((done) -> ((StepOutcome.Done) done).outputs().get("retired"))
				.isEqualTo("0");
			assertThat(kept(shop)).isEmpty();

			assertThat(revert(migrations, Map.of())).isInstanceOfSatisfying(StepOutcome.Refused.class, (refused) -> {
				assertThat(refused.code()).isEqualTo("irreversible");
				assertThat(refused.reason()).contains("customers.sql::c2::c", "orders.sql::o2::o", "was kept until");
			});
			assertThat(shop.deployed()).hasSize(4);
			assertThat(shop.rows(
					"select attname from pg_attribute where attrelid = 'customer'::regclass and attname like '%hidden%'"))
				.isEmpty();
		}
	}

	private static final String ORDERS = """
			--liquibase formatted sql
			--changeset o:o1 labels:1
			create table orders (id int primary key, status text);
			insert into orders select i, 'paid' from generate_series(1, 10) i;
			--changeset o:o2 labels:2
			update orders set status = 'closed';
			""";

	private Shop shop() {
		return shop(this.directory);
	}

	static Shop shop(Path directory) {
		return new Shop(directory).file("customers.sql", """
				--liquibase formatted sql
				--changeset c:c1 labels:1
				create table customer (id int primary key, name text not null);
				insert into customer select i, 'n' || i from generate_series(1, 5) i;
				--changeset c:c2 labels:2
				alter table customer add given text;
				update customer set given = name;
				alter table customer drop column name;
				""").file("orders.sql", ORDERS);
	}

	static StepOutcome apply(Migrations migrations, String release) {
		return new ApplyStep(migrations)
			.execute(new AStep("deploy-" + release, Map.of("target", "shop", "release", release)));
	}

	static StepOutcome revert(Migrations migrations, Map<String, String> more) {
		var inputs = new java.util.HashMap<>(more);
		inputs.putAll(Map.of("target", "shop", "release", "2"));
		var beans = new StaticListableBeanFactory(Map.of("plans", (PlanDigests) (release, target) -> "digest-of-now"));
		return new RevertStep(migrations, beans.getBeanProvider(PlanDigests.class),
				beans.getBeanProvider(SecuredTables.class))
			.execute(new AStep("run-1", inputs));
	}

	static Migrations migrations(Shop shop) {
		var target = new Target("shop", shop.database.url(), "postgres", Secret.of("postgres"));
		return new Migrations(Targets.of(target), new TwoReleases(shop.directory));
	}

	private record TwoReleases(Path root) implements Releases {

		@Override
		public Release get(String id) {
			var customers = new Component("customers", "Customers", List.of(),
					new Changelog(this.root, "customers.sql"));
			var orders = new Component("orders", "Orders", List.of("customers"),
					new Changelog(this.root, "orders.sql"));
			var product = new Product("shop", "Shop", "shop", List.of(customers, orders), List.of());
			var selection = new Selection(List.of(id), List.of(), List.of());
			return new Release(id, product, id, "Release " + id, null,
					List.of(new ReleaseComponent(customers, selection, List.of(), List.of(),
							Map.of("customer.name", "given || '!'")),
							new ReleaseComponent(orders, selection, List.of(), List.of(), Map.of())),
					new Owners("a", "b", "c"), "shop", List.of(), List.of());
		}

		@Override
		public List<Release> all() {
			return List.of(get("1"), get("2"));
		}

		@Override
		public List<Product> products() {
			return List.of(get("1").product());
		}

	}

}
