package dev.backout.playbook;

import java.util.List;

import dev.backout.playbook.ElementTemplates.Property;
import dev.backout.playbook.ElementTemplates.Template;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What an editor offers is what the step types say, and what the rules let through. */
class ElementTemplatesTests {

	static final List<Template> TEMPLATES = ElementTemplates.of(ShippedSteps.all());

	@Test
	void eachStepTypeHasOne() {
		assertThat(TEMPLATES).extracting(Template::id)
			.containsExactlyElementsOf(
					ShippedSteps.all().stream().map((step) -> "dev.backout." + step.name()).sorted().toList());
		assertThat(TEMPLATES).allSatisfy((template) -> {
			assertThat(property(template, "topic").value()).isEqualTo(template.id().substring("dev.backout.".length()));
			assertThat(template.description()).endsWith(".");
		});
	}

	@Test
	void whatIsNeededIsMarkedAndComesFromTheRunWhereItCan() {
		var verify = template("backup.verify");
		var flag = template("flag.set");

		assertThat(property(verify, "backupId").value()).isEqualTo("${backupId}");
		assertThat(property(verify, "backupId").constraints()).containsEntry("notEmpty", true);
		assertThat(property(verify, "notOlderThan").label()).isEqualTo("Not older than");
		assertThat(property(verify, "notOlderThan").constraints()).containsKey("pattern").doesNotContainKey("notEmpty");
		assertThat(property(flag, "state").choices()).extracting(ElementTemplates.Choice::value)
			.containsExactly("on", "off");
		assertThat(property(flag, "state").value()).isEmpty();
	}

	/** An empty parameter would hide the run's own variable of that name. */
	@Test
	void whatTheRunKnowsIsNotHidden() {
		assertThat(property(template("notify.send"), "release").value()).isEqualTo("${release}");
	}

	@Test
	void whatOnlyTheEngineSetsIsNotOffered() {
		assertThat(template("migration.revert").properties()).extracting(Property::id).doesNotContain("planDigest");
		assertThat(template("check.run").properties()).extracting(Property::id).doesNotContain("kind");
		assertThat(template("plan.seal").properties()).extracting(Property::id).contains("planDigest");
	}

	static Template template(String step) {
		return TEMPLATES.stream().filter((one) -> one.id().equals("dev.backout." + step)).findFirst().orElseThrow();
	}

	static Property property(Template template, String id) {
		return template.properties().stream().filter((one) -> one.id().equals(id)).findFirst().orElseThrow();
	}

}
