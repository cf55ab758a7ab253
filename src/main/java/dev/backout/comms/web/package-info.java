/** The status page and messages for scripts. */
@NullMarked
package dev.backout.comms.web;

import org.jspecify.annotations.NullMarked;
