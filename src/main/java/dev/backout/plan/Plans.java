package dev.backout.plan;

import java.util.Optional;

import dev.backout.catalog.Releases;
import dev.backout.database.Targets;
import dev.backout.migration.Migrations;

/** Computes backout plans. */
public interface Plans {

	/** Plans of what the targets' histories say, without an application. */
	static Plans on(Targets targets, Releases releases) {
		return new ComputedPlans(releases, targets, new Reversals(Migrations.of(targets, releases)),
				Estimates.unmeasured(), Optional.empty());
	}

	/**
	 * Plans of what the catalogue says, as if all of a release were deployed just so: no
	 * database is asked, and nobody can approve such a plan.
	 */
	static Plans ofCatalogue(Releases releases) {
		return new CataloguePlans(releases, Estimates.unmeasured());
	}

	/**
	 * The plan as of now: reads the target, changes nothing.
	 * @throws dev.backout.kernel.Rejected if the release or target is unknown, or nothing
	 * of the release is deployed there
	 */
	BackoutPlan compute(String release, String target);

}
