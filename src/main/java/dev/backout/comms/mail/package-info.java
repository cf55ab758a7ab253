/** How a message becomes an e-mail, and how that leaves the house. */
@NullMarked
package dev.backout.comms.mail;

import org.jspecify.annotations.NullMarked;
