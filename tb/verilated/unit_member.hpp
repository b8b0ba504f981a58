/// \file unit_member.hpp
/// Names of registers inside a Verilated top. In the flat netlist of a mutant (scripts/mutants.py)
/// the dot between a unit and its register is part of the register's name.
#pragma once

#ifdef CARTOUCHE_MUTANTS
#define UNIT_MEMBER_NAME(unit, name) unit##__02e##name
#define UNIT_PATH(a, b, c) a##__02e##b##__02e##c
#else
#define UNIT_MEMBER_NAME(unit, name) unit##__DOT__##name
#define UNIT_PATH(a, b, c) a##__DOT__##b##__DOT__##c
#endif
#define JOIN_UNIT_MEMBER(path, member) path##__DOT__##member
#define EXPAND_UNIT_MEMBER(path, member) JOIN_UNIT_MEMBER(path, member)

/// Register `name` of unit (UNIT_PATH where it is three deep) `unit` in the top at `path`.
/// Example: dut->rootp->UNIT_MEMBER(top_pcd, u_timer, tick_q)
#define UNIT_MEMBER(path, unit, name) EXPAND_UNIT_MEMBER(path, UNIT_MEMBER_NAME(unit, name))
