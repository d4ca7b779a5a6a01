// Command etcd is the etcd server. Upstream's own main package is in a module that cannot be required by others.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
