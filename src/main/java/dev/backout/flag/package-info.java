/** Feature flags: states, health on toggle, links to releases. */
@NullMarked
package dev.backout.flag;

import org.jspecify.annotations.NullMarked;
