package dev.backout.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import dev.backout.backup.Backups;
import dev.backout.catalog.Releases;
import dev.backout.cli.DemoPlay.Claim;
import dev.backout.comms.Messages;
import dev.backout.demo.DemoWitness;
import dev.backout.ledger.LedgerBroken;
import dev.backout.ledger.LedgerExport;
import dev.backout.ledger.LedgerProofs;
import dev.backout.ledger.LedgerVerifier;
import dev.backout.people.OnCall;
import dev.backout.people.Person;
import dev.backout.plan.Epochs;
import dev.backout.run.RunId;
import dev.backout.run.Runs;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** What must hold after the demo's rollback; each is looked at, none is assumed. */
class DemoSummary {

	/** When it begins, and when it is over. */
	private static final List<String> TO_STAKEHOLDERS = List.of("rollback-declared", "rollback-resolved");

	private final ApplicationContext context;

	private final PrintStream out;

	private final RunId run;

	private final @Nullable String selfApproval;

	DemoSummary(ApplicationContext context, PrintStream out, RunId run, @Nullable String selfApproval) {
		this.context = context;
		this.out = out;
		this.run = run;
		this.selfApproval = selfApproval;
	}

	boolean holds(Path place) throws Exception {
		var claims = new ArrayList<Claim>();
		var witness = this.context.getBean(DemoWitness.class);
		claims.add(fourEyes());
		claims.add(Claim.of("schema and rows are as before the release", witness.missingFromBefore(),
				"%,d rows; %s".formatted(witness.rows(), witness.notes().get(0))));
		claims.add(Claim.of("rows written since the release survive", witness.missingFromSince(),
				"inserted and changed ones compared"));
		claims.add(backup());
		claims.add(history());
		claims.add(messages());
		claims.add(ledger(place.resolve("demo/ledger.jsonl")));
		this.out.println();
		claims.forEach((claim) -> this.out.printf("  %-4s %-45s %s%n", claim.held() ? "ok" : "NOT", claim.what(),
				claim.detail()));
		return claims.stream().allMatch(Claim::held);
	}

	/** The record says who answered; when this process asked, the refusal as well. */
	private Claim fourEyes() {
		var requester = this.context.getBean(Runs.class).get(this.run).requester();
		var approvals = this.context.getBean(LedgerProofs.class)
			.entries(this.run.toString())
			.stream()
			.filter((entry) -> entry.deed().kind().equals("approval.answered"))
			.map((entry) -> entry.deed().actor())
			.toList();
		return new Claim("somebody else than who declared it approved",
				!approvals.isEmpty() && !approvals.contains(requester),
				"declared by %s, approved by %s%s".formatted(requester, String.join(", ", approvals),
						(this.selfApproval != null) ? "; " + this.selfApproval : ""));
	}

	private Claim backup() {
		return this.context.getBean(Backups.class)
			.list()
			.stream()
			.findFirst()
			.map((backup) -> new Claim("the backup restores to what was backed up", backup.verified(),
					"%s: %,d rows, %,d bytes, rows digest %.16s".formatted(backup.id(), backup.rows(), backup.bytes(),
							backup.dataDigest())))
			.orElseGet(() -> new Claim("the backup restores to what was backed up", false, "there is none"));
	}

	/** The rows of Liquibase's history are those that the epoch had. */
	private Claim history() {
		var epochs = this.context.getBean(Epochs.class);
		var release = this.context.getBean(Releases.class)
			.get(this.context.getBean(Runs.class).get(this.run).release());
		var before = epochs.find(release.target(), Epochs.before(release.id())).orElseThrow();
		var now = epochs.look(release);
		return new Claim("Liquibase's history and the flags are as before",
				now.changelogDigest().equals(before.changelogDigest()) && now.flags().equals(before.flags()),
				"history digest %.16s then, %.16s now; flags %s then, %s now".formatted(before.changelogDigest(),
						now.changelogDigest(), before.flags(), now.flags()));
	}

	private Claim messages() {
		var owner = communicationsOwner();
		var sent = new TreeMap<String, String>();
		var against = new ArrayList<String>();
		for (var message : this.context.getBean(Messages.class).of(this.run.toString())) {
			var sending = message.sent();
			if (sending == null) {
				against.add("still a draft: " + message.template());
			}
			else if (!message.audience().startsWith("person:")) {
				sent.put(message.template(), sending.by());
				if (!sending.by().equals(owner)) {
					against.add("%s was sent by %s, not by %s".formatted(message.template(), sending.by(), owner));
				}
			}
		}
		TO_STAKEHOLDERS.stream()
			.filter((template) -> !sent.containsKey(template))
			.forEach((template) -> against.add("never sent: " + template));
		return Claim.of("stakeholders were told by the named owner", against,
				"%s sent %s".formatted(owner, String.join(" and ", sent.keySet())));
	}

	/** Whoever is on call in the rotation that the manifest names. */
	private String communicationsOwner() {
		var release = this.context.getBean(Releases.class)
			.get(this.context.getBean(Runs.class).get(this.run).release());
		return this.context.getBean(OnCall.class)
			.at(release.owners().communications(), 1, this.context.getBean(Clock.class).instant())
			.map(Person::id)
			.orElse("nobody");
	}

	/** Exports the record and verifies the file with nothing but the public key. */
	private Claim ledger(Path file) throws IOException {
		var export = this.context.getBean(LedgerExport.class);
		try (var out = Files.newOutputStream(file)) {
			export.write(out);
		}
		var key = this.context.getBean(LedgerProofs.class).publicKey();
		try (var in = Files.newInputStream(file)) {
			var verified = new LedgerVerifier(List.of(key), List.of()).verify(in);
			return new Claim("the ledger's export verifies offline", true,
					"%d entries, root %s".formatted(verified.head().size(), verified.head().root()));
		}
		catch (LedgerBroken ex) {
			return new Claim("the ledger's export verifies offline", false, String.valueOf(ex.getMessage()));
		}
	}

}
