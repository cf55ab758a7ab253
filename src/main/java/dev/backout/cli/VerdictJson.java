package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backout.kernel.Rejected;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetProof;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspection;
import dev.backout.migration.ProofOutcome;
import dev.backout.migration.Reason;

/** Verdicts as JSON: an array with an object per changeset. */
final class VerdictJson {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final JsonNodeFactory NODES = MAPPER.getNodeFactory();

	private VerdictJson() {
	}

	static ArrayNode of(Inspection verdicts) {
		var array = NODES.arrayNode();
		verdicts.changesets().forEach((verdict) -> array.add(of(verdict)));
		return array;
	}

	static ObjectNode of(ChangesetVerdict verdict) {
		var node = NODES.objectNode();
		node.put("id", verdict.changeset().id());
		node.put("author", verdict.changeset().author());
		node.put("file", verdict.changeset().file());
		node.put("verdict", verdict.verdict().name());
		node.put("inverse", verdict.inverse().name());
		var loss = node.putObject("dataLoss");
		loss.put("rows", verdict.dataLoss().rows());
		loss.put("values", verdict.dataLoss().values());
		node.put("lock", verdict.lock());
		node.put("rewrite", verdict.rewrite());
		node.set("reasons", strings(verdict.reasons().stream().map(Reason::text).toList()));
		node.set("rules", strings(verdict.reasons().stream().map(Reason::code).toList()));
		var proof = verdict.proof();
		if (proof != null) {
			node.set("proof", of(proof));
		}
		else {
			node.putNull("proof");
		}
		return node;
	}

	private static ObjectNode of(ChangesetProof proof) {
		var node = NODES.objectNode();
		node.put("outcome", proof.outcome().name());
		node.set("also", strings(proof.also().stream().map(Enum::name).toList()));
		node.put("why", proof.why());
		node.put("applyMillis", proof.applyMillis());
		node.put("revertMillis", proof.revertMillis());
		node.set("schemaDiff", strings(proof.schemaDiff()));
		node.set("dataDiff", strings(proof.dataDiff()));
		var locks = node.putObject("locks");
		proof.locks().forEach(locks::put);
		node.set("rewritten", strings(proof.rewritten()));
		var touched = node.putObject("touched");
		proof.touched()
			.forEach((table, rows) -> touched.putObject(table)
				.put("inserted", rows.inserted())
				.put("updated", rows.updated())
				.put("deleted", rows.deleted()));
		var survival = proof.survival();
		if (survival != null) {
			node.putObject("survival").put("written", survival.written()).put("survived", survival.survived());
		}
		else {
			node.putNull("survival");
		}
		var changedBack = proof.changedBack();
		node.set("changedBack", (changedBack != null) ? strings(changedBack) : NODES.nullNode());
		node.put("basis", proof.basis());
		return node;
	}

	/** The proofs in a file that this wrote; those that were skipped are left out. */
	static Map<ChangesetId, ChangesetProof> proofs(Path file) throws IOException {
		var proofs = new HashMap<ChangesetId, ChangesetProof>();
		try {
			for (var node : MAPPER.readTree(file.toFile())) {
				var proof = node.path("proof");
				if (proof.isObject() && !proof.path("outcome").asText().equals(ProofOutcome.SKIPPED.name())) {
					proofs.put(new ChangesetId(node.path("file").asText(), node.path("id").asText(),
							node.path("author").asText()), MAPPER.treeToValue(proof, ChangesetProof.class));
				}
			}
			return proofs;
		}
		catch (JsonProcessingException ex) {
			throw new Rejected("cli.resume",
					"%s is not what 'prove --format json' wrote: %s".formatted(file, ex.getOriginalMessage()));
		}
	}

	private static ArrayNode strings(Collection<String> texts) {
		var array = NODES.arrayNode();
		texts.forEach(array::add);
		return array;
	}

}
