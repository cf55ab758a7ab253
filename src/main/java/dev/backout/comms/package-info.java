/** Message templates, recipients, the outbox, and what the status page says. */
@NullMarked
package dev.backout.comms;

import org.jspecify.annotations.NullMarked;
