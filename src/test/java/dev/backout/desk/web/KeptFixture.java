package dev.backout.desk.web;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.migration.KeptThing;
import dev.backout.migration.Outcome;

/** Things that migrations kept in the shop, one of them with ten thousand conflicts. */
final class KeptFixture {

	private KeptFixture() {
	}

	static Target target() {
		return new Target("shop", "jdbc:postgresql://localhost/shop", "app", Secret.of("secret"));
	}

	static List<KeptThing> kept() {
		var now = DeskFixture.NOW;
		return List.of(
				new KeptThing("customers.sql::c2::ann@12#1", "hidden", "public.customer", "email", "shop-2026.11.2",
						"shop-commander", 1_204_117, 0, now.minus(Duration.ofDays(3)), now.plus(Duration.ofDays(27)),
						null, 0),
				new KeptThing("scores.xml::drop-the-score-of-everybody::ann::account.score", "column",
						"public.account_with_a_rather_long_name", "score_of_the_last_year", "shop-2026.10.1",
						"shop-commander", 1_000_000, 71_000_000, now.minus(Duration.ofDays(40)),
						now.minus(Duration.ofDays(10)), now.minus(Duration.ofDays(39)), 10_000),
				new KeptThing("rel-7/orders", "rows", "public.orders, public.order_line", null, null, "commander", 310,
						81_920, now.minus(Duration.ofDays(2)), now.plus(Duration.ofDays(28)), null, 0));
	}

	static List<Outcome.Tally> tallies() {
		return List.of(new Outcome.Tally("public.account",
				"the row was deleted since, or given another key; its value stays in the stash", 10_000));
	}

	static List<Outcome.Conflict> conflicts() {
		return LongStream.rangeClosed(1, 100)
			.mapToObj((number) -> new Outcome.Conflict(number, "public.account",
					"{\"id\": %d}".formatted(400_000 + number),
					"the row was deleted since, or given another key; its value stays in the stash", null,
					"\"%s\"".formatted((number % 7 == 0) ? "x".repeat(400) : number)))
			.toList();
	}

}
