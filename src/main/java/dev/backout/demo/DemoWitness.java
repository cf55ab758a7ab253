package dev.backout.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Notes what the shop is before the bad release and what is written after it, and says
 * whether a rollback kept both. Its notes are files under the data directory.
 */
@Component
@ConditionalOnProperty("backout.demo.enabled")
public class DemoWitness {

	private final DemoTarget shop;

	private final Path before;

	private final Path after;

	DemoWitness(DemoTarget shop, @Value("${backout.data-dir}") Path directory) {
		this.shop = shop;
		this.before = directory.resolve("demo/before-the-bad-release.json");
		this.after = directory.resolve("demo/written-since.json");
	}

	/** Notes the shop before the bad release. */
	void before() throws SQLException {
		try (var connection = this.shop.target().open("witness")) {
			keep(this.before, ShopWitness.ofTheUntouched(connection));
		}
	}

	/** Notes what was written after the bad release. */
	void after() throws SQLException {
		if (!Files.exists(this.after)) {
			try (var connection = this.shop.target().open("witness")) {
				keep(this.after, ShopWitness.ofTheNew(connection, "given_name || ' ' || family_name"));
			}
		}
	}

	private static void keep(Path file, ShopWitness notes) {
		try {
			notes.write(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException("The witness cannot write " + file, ex);
		}
	}

	/** Of the shop now: in what it is not as before; nothing when all is as it was. */
	public List<String> missingFromBefore() throws SQLException, IOException {
		try (var connection = this.shop.target().open("witness")) {
			return read(this.before).differences(ShopWitness.ofTheUntouched(connection));
		}
	}

	/** Of the shop after the rollback: what of the rows written since did not survive. */
	public List<String> missingFromSince() throws SQLException, IOException {
		try (var connection = this.shop.target().open("witness")) {
			return read(this.after).differences(ShopWitness.ofTheNew(connection, "name"));
		}
	}

	/** Rows of the shop's tables now. */
	public long rows() throws SQLException {
		try (var connection = this.shop.target().open("witness");
				var statement = connection.createStatement();
				var rows = statement.executeQuery(
						"""
								select (select count(*) from customer) + (select count(*) from product) + (select count(*) from orders)
									+ (select count(*) from payment)""")) {
			rows.next();
			return rows.getLong(1);
		}
	}

	/** What was noted, for people. */
	public List<String> notes() throws IOException {
		var lines = new ArrayList<String>();
		read(this.before).notes().forEach((what, was) -> lines.add(what + ": " + was));
		return lines;
	}

	private static ShopWitness read(Path file) throws IOException {
		return ShopWitness.read(file);
	}

}
