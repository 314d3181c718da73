package temporal

import (
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"

	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/internal/freeport"
)

const (
	clusterName = "active"
	// clusterID stays the same from one start to the next: the server refuses a database of another cluster.
	clusterID = "5f1d2c7e-4b0a-4f0f-9d3c-6a1e0b1c9a77"
)

// tuning is what differs from the server's defaults: one machine, one database, tests that look into their own writes.
var tuning = dynamicconfig.StaticClient{
	dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():           1,
	dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():          1,
	dynamicconfig.MatchingEnableFairness.Key():                       true,
	dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key():      true,
	dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
}

// store is one SQLite file for everything, in WAL mode, each commit on the disk.
func store(file string) *config.SQL {
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: file,
		ConnectAttributes: map[string]string{
			"mode": "rwc", "journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000",
		},
	}
}

// configuration is a server whose services share a process: they find each other by fixed addresses.
func configuration(frontend int, store *config.SQL) (*config.Config, map[primitives.ServiceName]static.Hosts, error) {
	free, err := freeport.Find(3)
	if err != nil {
		return nil, nil, err
	}
	ports := map[primitives.ServiceName]int{
		primitives.FrontendService: frontend,
		primitives.HistoryService:  free[0],
		primitives.MatchingService: free[1],
		primitives.WorkerService:   free[2],
	}
	services := make(map[string]config.Service, len(ports))
	hosts := make(map[primitives.ServiceName]static.Hosts, len(ports))
	for name, port := range ports {
		services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnLocalHost: true}}
		hosts[name] = static.SingleLocalHost(part.Address(port))
	}
	disabled := "disabled"
	return &config.Config{
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: part.Host}},
		Persistence: config.Persistence{
			DefaultStore: sqlite.PluginName, VisibilityStore: sqlite.PluginName, NumHistoryShards: 1,
			DataStores: map[string]config.DataStore{sqlite.PluginName: {SQL: store}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled: true, InitialFailoverVersion: 1, RPCAddress: part.Address(frontend), ClusterID: clusterID,
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		Archival: config.Archival{
			History: config.HistoryArchival{State: disabled}, Visibility: config.VisibilityArchival{State: disabled},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: disabled},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: disabled},
		}},
		PublicClient: config.PublicClient{HostPort: part.Address(frontend)},
	}, hosts, nil
}
