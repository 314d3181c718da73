package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/simulators/shopify/dump"
)

// loadChild names the archive that a process of its own loads, so that its memory can be told.
const loadChild = "BENCH_LOAD_ARCHIVE"

// memory loads large archives in processes of their own and reads what they took at most.
func (l *loadBench) memory(ctx context.Context) error {
	sizes := []int64{64 << 20, 256 << 20}
	if l.b.Full {
		sizes = []int64{256 << 20, 2 << 30}
	}
	for _, size := range sizes {
		path := l.path("large")
		if err := writeLarge(path, size); err != nil {
			return err
		}
		db, err := l.database(ctx, "memory")
		if err != nil {
			return err
		}
		self, err := os.Executable()
		if err != nil {
			return err
		}
		child := exec.CommandContext(ctx, self, "--only", "load")
		child.Env = append(os.Environ(), loadChild+"="+path, "DATABASE_URL="+db.url)
		output, err := child.CombinedOutput()
		db.drop()
		if err != nil {
			return fmt.Errorf("load %d bytes: %w: %s", size, err, output)
		}
		var kilobytes float64
		_, told, _ := strings.Cut(string(output), peakLine)
		if _, err := fmt.Sscan(told, &kilobytes); err != nil {
			return fmt.Errorf("read what memory the load took: %w", err)
		}
		l.b.Single(fmt.Sprintf("memory at most, archive of %d MB", size>>20), kilobytes/1024, "MB", "400")
	}
	return os.Remove(l.path("large"))
}

// loadAlone is the child.
func loadAlone(ctx context.Context, path string) error {
	pool, err := store.Open(ctx, os.Getenv("DATABASE_URL"), store.Options{MaxConns: 2*loadWorkers + 1})
	if err != nil {
		return err
	}
	defer pool.Close()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	loader := mirror.New(pool, mirror.Options{Workers: loadWorkers})
	if err := loadShop(ctx, loader); err != nil {
		return err
	}
	if _, err = loader.Load(ctx, archived(contract.Orders, dump.File{Path: path, Size: info.Size(), Objects: -1, RootObjects: -1})); err != nil {
		return err
	}
	// The most that this program's own memory was; what wait4 tells of a child counts its parent's, from before exec.
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Println(peakLine, strings.Fields(peak)[0])
	return nil
}

const peakLine = "peak kilobytes:"

const (
	largeLines = 20 // of an order
	largeOrder = `{"id":"gid://shopify/Order/%[1]d","legacyResourceId":"%[1]d","name":"#%[1]d","number":%[1]d,"currencyCode":"GBP","presentmentCurrencyCode":"GBP","displayFinancialStatus":"PAID","displayFulfillmentStatus":"UNFULFILLED","returnStatus":"NO_RETURN","sourceName":"web","discountCodes":[],"tags":[],"paymentGatewayNames":[],"customAttributes":[],"subtotalLineItemsQuantity":20,"totalPriceSet":%[2]s,"processedAt":"2026-11-01T00:00:00Z","createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z","transactions":[],"refunds":[],"fulfillments":[]}` + "\n"
	largeLine  = `{"id":"gid://shopify/LineItem/%[1]d","product":{"id":"gid://shopify/Product/%[2]d"},"variant":{"id":"gid://shopify/ProductVariant/%[2]d"},"title":"A case for a phone, number %[2]d","variantTitle":"Matte","sku":"SKU-%[2]d","vendor":"Blunt","customAttributes":[],"quantity":1,"currentQuantity":1,"unfulfilledQuantity":1,"nonFulfillableQuantity":0,"refundableQuantity":1,"originalUnitPriceSet":%[3]s,"discountedUnitPriceSet":%[3]s,"originalTotalSet":%[3]s,"discountedTotalSet":%[3]s,"totalDiscountSet":%[3]s,"taxLines":[],"discountAllocations":[],"requiresShipping":true,"taxable":true,"isGiftCard":false,"__parentId":"gid://shopify/Order/%[4]d"}` + "\n"
	largeMoney = `{"shopMoney":{"amount":"29.9"},"presentmentMoney":{"amount":"29.9"}}`
)

// writeLarge writes an archive of orders in which the children follow a thousand orders later.
func writeLarge(path string, size int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	written := int64(0)
	var waiting strings.Builder
	for order := 1; written < size; order++ {
		n, err := fmt.Fprintf(out, largeOrder, order, largeMoney)
		if err != nil {
			return err
		}
		written += int64(n)
		for line := range largeLines {
			fmt.Fprintf(&waiting, largeLine, order*100+line, (order*7+line)%5000, largeMoney, order)
		}
		if order%1000 == 0 || written+int64(waiting.Len()) >= size {
			n, err := out.WriteString(waiting.String())
			if err != nil {
				return err
			}
			written += int64(n)
			waiting.Reset()
		}
	}
	return out.Flush()
}
