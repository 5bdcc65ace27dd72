// Preloaded into a child: its input ends when whoever started it is gone, be it by SIGKILL, and
// then its whole group ends, too.

process.stdin.on('end', () => process.kill(0, 'SIGKILL')).resume()
