// Which mutant of scripts/mutants.py or case_mutants.py is switched on: environment variable CARTOUCHE_MUTANT, 0 for none.
#include <cstdlib>

extern "C" int cartouche_mutant() {
    const char* number = std::getenv("CARTOUCHE_MUTANT");
    return number == nullptr ? 0 : std::atoi(number);
}
