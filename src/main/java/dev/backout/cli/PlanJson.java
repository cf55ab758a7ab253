package dev.backout.cli;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backout.plan.BackoutPlan;
import dev.backout.plan.PlanStep;

/** A plan as machines read it; the names are stable. */
final class PlanJson {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private PlanJson() {
	}

	/**
	 * The plan as JSON.
	 * @param read whether it was read from the target; a plan from the catalogue alone
	 * has no digest that could be approved
	 */
	static JsonNode of(BackoutPlan plan, boolean read) {
		var node = NODES.objectNode();
		node.put("release", plan.release());
		node.put("target", plan.target());
		node.put("source", read ? "target" : "catalogue");
		node.put("digest", read ? plan.digest() : null);
		node.put("expectedMillis", plan.expected().toMillis());
		var steps = node.putArray("steps");
		plan.steps().forEach((step) -> steps.add(of(step)));
		var losses = node.putArray("losses");
		plan.losses()
			.forEach((loss) -> losses.addObject()
				.put("component", loss.component())
				.put("changeset", loss.changeset())
				.put("what", loss.what()));
		node.set("conflicts", texts(plan.conflicts()));
		node.set("tables", (plan.tables().unknown() == null) ? texts(plan.tables().names()) : NODES.nullNode());
		node.put("tablesUnknown", plan.tables().unknown());
		return node;
	}

	private static ObjectNode of(PlanStep step) {
		var node = NODES.objectNode();
		node.put("number", step.number());
		node.put("type", step.type());
		node.put("title", step.title());
		node.put("component", step.component());
		node.put("changeset", step.changeset());
		node.put("verdict", step.verdict());
		node.set("reasons", texts(step.reasons()));
		node.set("statements", texts(step.statements()));
		node.put("estimateMillis", step.estimate().time().toMillis());
		node.put("estimateSource", step.estimate().source());
		node.put("pointOfNoReturn", step.pointOfNoReturn());
		return node;
	}

	private static ArrayNode texts(List<String> texts) {
		var array = NODES.arrayNode();
		texts.forEach(array::add);
		return array;
	}

}
