package dev.backout.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;

import dev.backout.backup.Backups;
import dev.backout.cli.DemoPlay.Claim;
import dev.backout.demo.DemoWitness;
import dev.backout.run.RunId;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** What must hold after the demo's rollback; each is looked at, none is assumed. */
class DemoSummary {

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
		claims.add(new Claim("mira could not approve her own rollback", this.selfApproval != null,
				(this.selfApproval != null) ? this.selfApproval : "she could, or was never asked"));
		claims.add(Claim.of("schema and rows are as before the release", witness.missingFromBefore(),
				"%,d rows; %s".formatted(witness.rows(), witness.notes().get(0))));
		claims.add(Claim.of("rows written since the release survive", witness.missingFromSince(),
				"inserted and changed ones compared"));
		claims.add(backup());
		this.out.println();
		claims.forEach((claim) -> this.out.printf("  %-4s %-45s %s%n", claim.held() ? "ok" : "NOT", claim.what(),
				claim.detail()));
		return claims.stream().allMatch(Claim::held);
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

}
