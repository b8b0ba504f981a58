// SystemC's library has a main() that calls this. Our programs have a main() of their own, so that
// nothing ever does; the symbol only has to be there (cmake/rooms.cmake pulls it in).
#include <systemc>

int sc_main(int, char*[]) { return 1; }
