"""9VAC5-95-50. Interpreting documents incorporated by reference."""

from ..logic.provisions import out_of_reach

SUBSTITUTION = "It says how to read the incorporated standards; they bind manufacturers."


@out_of_reach("9VAC5-95-50", reason=SUBSTITUTION)
def substitutions() -> None:
    """In the standards incorporated by reference into this chapter, make the following substitutions, unless context
    requires otherwise:"""
    # Reading: the substitutions do not turn "California-certified" in -30 A into "Virginia-certified": they are made in the
    # incorporated standards, and -30 A is not one of them.


@out_of_reach("9VAC5-95-50 1", reason=SUBSTITUTION)
def s1() -> None:
    """1. "California" means "Virginia";"""


@out_of_reach("9VAC5-95-50 2", reason=SUBSTITUTION)
def s2() -> None:
    """2. "CARB," "ARB," or "Air Resources Board" means the department; and"""


@out_of_reach("9VAC5-95-50 3", reason=SUBSTITUTION)
def s3() -> None:
    """3. "Executive Officer" means the board."""
