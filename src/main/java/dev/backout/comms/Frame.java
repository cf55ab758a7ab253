package dev.backout.comms;

import java.util.HashMap;
import java.util.Map;

import dev.backout.ledger.LedgerProofs;
import org.springframework.stereotype.Component;

/**
 * What stands around every message: who writes, why to you, and the state of the record.
 */
@Component
class Frame {

	/** Stands for the recipient's own token until the copy leaves. */
	static final String TOKEN = "recipients-own-token";

	private final Audiences audiences;

	private final LedgerProofs ledger;

	private final MessageProperties properties;

	Frame(Audiences audiences, LedgerProofs ledger, MessageProperties properties) {
		this.audiences = audiences;
		this.ledger = ledger;
		this.properties = properties;
	}

	/** The address of one of our pages. */
	String url(String path) {
		return this.properties.url(path);
	}

	Map<String, String> of(Message message) {
		var head = this.ledger.head();
		var frame = new HashMap<String, String>();
		frame.put("sender", this.properties.sender());
		frame.put("why", this.audiences.why(message.audience(), message.release()));
		frame.put("statusUrl", this.properties.url("/status"));
		frame.put("ledgerSize", String.valueOf(head.size()));
		frame.put("ledgerRoot", head.root());
		if (message.audience().startsWith(Audiences.SUBSCRIBERS)) {
			frame.put("unsubscribe", this.properties.unsubscribeUrl(TOKEN));
		}
		return frame;
	}

}
