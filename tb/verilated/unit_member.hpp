/// \file unit_member.hpp
/// Names of registers inside a Verilated top. In the flat netlist of a mutant (scripts/mutants.py)
/// the dot between a unit and its register is part of the register's name.
#pragma once

#ifdef CARTOUCHE_MUTANTS
#define JOIN_UNIT_PATH(a, b) a##__02e##b
#else
#define JOIN_UNIT_PATH(a, b) a##__DOT__##b
#endif
#define JOIN_UNIT_MEMBER(path, member) path##__DOT__##member
#define EXPAND_UNIT_MEMBER(path, member) JOIN_UNIT_MEMBER(path, member)

/// Unit `b` inside unit `a`; both may be such paths themselves.
#define UNIT_PATH(a, b) JOIN_UNIT_PATH(a, b)

/// Register `name` of unit `unit` (a UNIT_PATH where it is more than one deep) in the top at
/// `path`. Example: dut->rootp->UNIT_MEMBER(top_pcd, UNIT_PATH(u_top_pcd_radio, u_timer), tick_q)
#define UNIT_MEMBER(path, unit, name) EXPAND_UNIT_MEMBER(path, UNIT_PATH(unit, name))
