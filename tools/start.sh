# npm start. A build is brought up to date and run. Without one the sources run as they are, compiled as they are loaded: that
# takes a second more at each start and 45 MiB, but the first start need not wait for a build. Types are checked by the tests.
if [ -f apps/all-in-one/dist/.tsbuildinfo ]; then
  echo 'Building what has changed ...'
  tsc -b apps/all-in-one || exit 1
  program=apps/all-in-one/dist/main.js
else
  program='--conditions=@ciep/source --import ./tools/ts.mjs apps/all-in-one/src/main.ts'
fi
echo 'Starting the databases and services ...'
export NODE_COMPILE_CACHE=node_modules/.cache/compiled
exec node --max-semi-space-size=8 --max-old-space-size=512 --enable-source-maps $program
