// A primary with two workers that share a port: node node_cluster.js PORT DIRECTORY
'use strict';
const cluster = require('node:cluster');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const [port, directory] = process.argv.slice(2);

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

if (cluster.isPrimary) {
  const pidFile = path.join(directory, 'cluster.pid');
  if (fs.existsSync(pidFile) && isAlive(Number(fs.readFileSync(pidFile, 'utf8')))) {
    console.error(`${pidFile} names a living process`);
    process.exit(1);
  }

  fs.writeFileSync(pidFile, String(process.pid));
  cluster.fork();
  cluster.fork();
} else {
  http.createServer((request, response) => response.end(String(process.pid))).listen(Number(port), '127.0.0.1');
}
