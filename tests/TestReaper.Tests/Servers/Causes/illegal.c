/* Executes an instruction that no processor knows. */
int main(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("ud2");
#else
    __asm__ volatile(".word 0");
#endif
    return 0;
}
